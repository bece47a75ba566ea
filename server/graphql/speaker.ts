import {
  type PictureBox,
  type PicturePoint,
  pictureBox,
  picturePoint,
  type SpeakerChoice,
  speakerChoice,
} from '../../schema/speaker.ts';
import { builder } from './builder.ts';

const point = picturePoint.shape;
const box = pictureBox.shape;
const choice = speakerChoice.shape;

const PicturePointInput = builder.inputType('PicturePointInput', {
  fields: (t) => ({
    x: t.float({ required: true, description: point.x.description }),
    y: t.float({ required: true, description: point.y.description }),
  }),
});

const PictureBoxInput = builder.inputType('PictureBoxInput', {
  fields: (t) => ({
    left: t.float({ required: true, description: box.left.description }),
    top: t.float({ required: true, description: box.top.description }),
    right: t.float({ required: true, description: box.right.description }),
    bottom: t.float({ required: true, description: box.bottom.description }),
  }),
});

export const SpeakerInput = builder.inputType('SpeakerInput', {
  description: 'Points at a face: by a point or a box, one of them, at a frame or a time, or at neither.',
  fields: (t) => ({
    point: t.field({ type: PicturePointInput, description: choice.point.description }),
    box: t.field({ type: PictureBoxInput, description: choice.box.description }),
    frame: t.int({ description: choice.frame.description }),
    seconds: t.float({ description: choice.seconds.description }),
  }),
});

const PicturePointObject = builder.objectRef<PicturePoint>('PicturePoint').implement({
  fields: (t) => ({
    x: t.exposeFloat('x', { description: point.x.description }),
    y: t.exposeFloat('y', { description: point.y.description }),
  }),
});

const PictureBoxObject = builder.objectRef<PictureBox>('PictureBox').implement({
  fields: (t) => ({
    left: t.exposeFloat('left', { description: box.left.description }),
    top: t.exposeFloat('top', { description: box.top.description }),
    right: t.exposeFloat('right', { description: box.right.description }),
    bottom: t.exposeFloat('bottom', { description: box.bottom.description }),
  }),
});

export const SpeakerObject = builder.objectRef<SpeakerChoice>('Speaker').implement({
  description: 'Who was pointed at.',
  fields: (t) => ({
    point: t.expose('point', { type: PicturePointObject, nullable: true, description: choice.point.description }),
    box: t.expose('box', { type: PictureBoxObject, nullable: true, description: choice.box.description }),
    frame: t.exposeInt('frame', { nullable: true, description: choice.frame.description }),
    seconds: t.exposeFloat('seconds', { nullable: true, description: choice.seconds.description }),
  }),
});
